# syntax=docker/dockerfile:1
# The image has no distribution below it: the build stage lays out its whole root file system (image/root.sh), so
# `image/without-docker.sh` makes the same one where there is no Docker, and there is no base to be patched but this.
#
# BASE_DIGEST pins more than the tag does: --build-arg BASE_DIGEST=@sha256:...  Empty here, because the digest of a
# registry's copy has to be looked up in that registry.
ARG NODE_VERSION=24.21.0
ARG BASE_DIGEST=""
FROM node:${NODE_VERSION}-bookworm-slim${BASE_DIGEST} AS build
WORKDIR /src
RUN apt-get update -q \
  && apt-get install -qy --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
# Node, packages and the native Kafka client change seldom and take minutes: a layer before the program.
COPY package.json package-lock.json .npmrc ./
COPY setup/ setup/
RUN setup/node.sh && setup/npm.sh && setup/kafka-client.sh
COPY . .
RUN image/root.sh /image && image/compile-cache.sh /image /compile-cache

FROM scratch
COPY --from=build /image /
COPY --from=build /compile-cache /
USER 10001:10001
WORKDIR /tmp
ENV PATH=/usr/bin NODE_ENV=production NODE_COMPILE_CACHE=/app/.compile-cache
ENTRYPOINT ["/usr/bin/node", "/app/main.ts"]
ARG VERSION=dev
LABEL org.opencontainers.image.title="billing-operator" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.licenses="Apache-2.0"
