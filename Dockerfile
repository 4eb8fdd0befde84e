# syntax=docker/dockerfile:1

# Debian, as Temporal's SDK needs glibc: it does not run on Alpine.
FROM node:22-bookworm-slim AS base
WORKDIR /app

FROM base AS build
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY . .
RUN npm run build

# Without the embedded Postgres, the compilers and the test tools: the build left nothing for them to do.
FROM base AS dependencies
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --no-audit --no-fund

FROM base AS runtime
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates tini \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node /var/lib/oms
COPY package.json LICENSE ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist

ARG OMS_COMMIT=unknown
ENV NODE_ENV=production \
  OMS_COMMIT=${OMS_COMMIT} \
  OMS_HOME=/var/lib/oms \
  API_HOST=0.0.0.0 \
  API_PORT=3000 \
  WORKER_PORT=3001 \
  WORKFLOW_BUNDLE=/app/dist/workflow-bundle.js \
  HEALTH_PORT=3000
LABEL org.opencontainers.image.title="OMS" \
  org.opencontainers.image.description="Order management system: each order is one durable Temporal workflow" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.revision="${OMS_COMMIT}"

# The user `node` of the base image, by number: an orchestrator can then see that it is not root.
USER 1000:1000
EXPOSE 3000 3001
# HEALTH_PORT: 3000 for the API, 3001 for a worker, 3010 for the sandbox. A job is over before the first look.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

# The same image is the API (this command), the worker (dist/worker/main.js), the sandbox (dist/sandbox/main.js) and the
# jobs (dist/db/main.js migrate, dist/worker/prepareNamespace.js). tini passes signals on and reaps what is left.
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "dist/api/main.js"]
