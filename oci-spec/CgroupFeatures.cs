// SPDX-License-Identifier: Apache-2.0
// features-linux.md, "Cgroup".

namespace Runcs.OciSpec;

/// <summary>linux.cgroup of <see cref="Features"/>.</summary>
public readonly record struct CgroupFeatures(bool V1, bool V2, bool Systemd, bool SystemdUser, bool Rdma);
