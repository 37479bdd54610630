// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>A kernel parameter; <paramref name="File"/> is relative to /proc/sys.</summary>
public sealed record SysctlValue(string JsonPath, string File, string Value);
