# syntax=docker/dockerfile:1
# Core: API, dashboard, database schema. Build from the root of the checkout:
#   docker build --file deploy/docker/core.Dockerfile --tag codeforge-core .

FROM node:24-trixie-slim AS dashboard
RUN npm install --global --ignore-scripts pnpm@12.21.0
WORKDIR /app
COPY . .
RUN pnpm install --frozen-lockfile --filter '@codeforge/dashboard...' \
 && pnpm --filter @codeforge/dashboard run build

FROM node:24-trixie-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates git \
 && rm -rf /var/lib/apt/lists/*
RUN npm install --global --ignore-scripts pnpm@12.21.0
WORKDIR /app
# The workspace is copied and then installed for production. Not `pnpm deploy`: it would put our packages under
# node_modules, where Node refuses to run TypeScript.
COPY . .
RUN pnpm install --frozen-lockfile --prod --no-optional --filter-prod '@codeforge/cli...'
COPY --from=dashboard /app/apps/dashboard/dist apps/dashboard/dist
# New volumes take over the owner of these folders.
RUN mkdir --parents /data /artifacts && chown node:node /data /artifacts
USER node
ENV NODE_ENV=production CODEFORGE_DATA=/data
VOLUME ["/data"]
EXPOSE 4747
CMD ["node", "apps/cli/src/main.ts", "core"]
