// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>A symbolic link to make if nothing is there, or with <paramref name="Replace"/> in place of a node.</summary>
public sealed record DefaultLink(string Path, string Target, bool Replace = false);
