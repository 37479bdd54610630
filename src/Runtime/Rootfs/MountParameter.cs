// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>One parameter of a file system, as fsconfig(2) takes it; a flag when <paramref name="Value"/> is null.</summary>
public readonly record struct MountParameter(string Key, string? Value);
