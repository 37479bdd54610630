# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Plugins that containerd is not to load, as members of disabled_plugins. Read by checks.sh, rootless.sh and bench/shim.sh.
# shellcheck disable=SC2034

readonly UNUSED_PLUGINS='"io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"'
# Where no kubelet calls: that of containerd 1 and those of containerd 2.
readonly CRI_PLUGINS='"io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime"'
