DROP INDEX jobs_at_work;
CREATE INDEX jobs_at_work ON jobs (project_id) WHERE status <> 'pending';
CREATE INDEX jobs_at_work_by_pool ON jobs (pool) WHERE status <> 'pending';
CREATE INDEX jobs_published ON jobs (published_at) WHERE status = 'published';
DELETE FROM jobs WHERE NOT EXISTS (SELECT FROM runs WHERE runs.id = jobs.run_id);
ALTER TABLE jobs ADD CONSTRAINT jobs_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs ON DELETE CASCADE;

-- What rows left out. Work by terms stays as it is: its terms lie in the artifact store, where no statement reaches.
UPDATE runs SET
  document = '{"mode": "", "policy": "", "model": "", "scripted": false, "outcome": null, "failure": null, "summary": null, "attended": false, "deliver": "none",
    "branch": "", "delivery": null, "gates": [], "sandbox": null, "turns": 0, "toolCalls": 0,
    "usage": {"promptTokens": 0, "cachedPromptTokens": 0, "completionTokens": 0, "reasoningTokens": 0}, "costMicroUsd": 0, "maxCostMicroUsd": 0, "priority": 0,
    "retryOf": null, "openQuestions": 0, "startedAt": null, "sequence": 0}'::jsonb || document,
  state = '{"status": "queued", "outcome": null, "deliver": "none", "gates": [], "attempt": 0, "attemptLive": false, "lostAttempts": 0, "everStarted": false,
    "pauseRequested": false, "cancelReason": null, "questions": [], "tree": null, "passed": {}, "deliveredTree": null, "spentMicroUsd": 0, "maxCostMicroUsd": 0,
    "alerts": []}'::jsonb || state;
CREATE INDEX runs_by_project_and_status ON runs (project_id, status, id);
CREATE INDEX runs_by_tenant_and_status ON runs (tenant, status, id);
CREATE INDEX runs_by_tenant ON runs (tenant, id);
