DROP TABLE settings;
DROP TABLE workers;
DROP TABLE idempotency_keys;
DROP TABLE budget_accounts;
