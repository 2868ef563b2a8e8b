# syntax=docker/dockerfile:1
# A worker: takes jobs, runs agents, holds no database credential. Build from the root of the checkout:
#   docker build --file deploy/docker/worker.Dockerfile --tag codeforge-worker .
# The programs that your projects' gates need (compilers, package managers) are added in an image based on this one.

FROM node:24-trixie-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends bubblewrap ca-certificates git ripgrep \
 && rm -rf /var/lib/apt/lists/*
RUN npm install --global --ignore-scripts pnpm@12.21.0
WORKDIR /app
# The workspace is copied and then installed for production. Not `pnpm deploy`: it would put our packages under
# node_modules, where Node refuses to run TypeScript.
COPY . .
RUN pnpm install --frozen-lockfile --prod --no-optional --filter-prod '@codeforge/cli...'
# New volumes take over the owner of these folders.
RUN mkdir --parents /data /artifacts && chown node:node /data /artifacts
USER node
ENV NODE_ENV=production CODEFORGE_DATA=/data
# Of each worker's own: base clones, checkpoints, facts that core has not accepted yet.
VOLUME ["/data"]
CMD ["node", "apps/cli/src/main.ts", "worker"]
