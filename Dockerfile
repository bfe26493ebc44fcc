# For real use, with DATABASE_URL, the Slack variables and a sitrep.yaml. The demo needs git and is meant
# for a clone; this image has neither.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 SITREP_HOME=/data
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY . .
# /data is the only place that is written to. With DATABASE_URL and SITREP_WEBHOOK_TOKEN set it holds
# nothing but copies of postmortem drafts, so the file system may be read-only and /data a tmpfs.
RUN install -d -o node -g node -m 700 /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1, so that it gets the SIGTERM and drains. One part of it: docker run … node src/cli.ts start --role worker
CMD ["node", "src/cli.ts", "start"]
