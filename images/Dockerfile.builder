# SPDX-License-Identifier: Apache-2.0
#
# All programs, made from this tree, and what tracee-builder needs to run: for `make bpf DOCKER=1`, and what the
# other images are made of. No privilege is needed to build objects, so it runs as nobody unless told.
ARG BASE_IMAGE=debian:trixie-slim

FROM ${BASE_IMAGE} AS made
WORKDIR /src
COPY ci/deps.sh ci/deps.sh
COPY ci/packages ci/packages
RUN apt-get update -q && ci/deps.sh -y build > /dev/null
COPY . .
ARG VERSION
RUN make -j"$(nproc)" ${VERSION:+VERSION="$VERSION"} WERROR=1 all && images/gather.sh build /out

FROM ${BASE_IMAGE}
COPY --from=made /out/builder/ /
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="tracee-builder" \
      org.opencontainers.image.description="Makes tracee's BPF objects from kernel headers or BTF" \
      org.opencontainers.image.licenses="Apache-2.0 AND GPL-2.0-only" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
WORKDIR /tracee
USER 65534:65534
ENTRYPOINT ["/tracee/tracee-builder"]
CMD ["--help"]
