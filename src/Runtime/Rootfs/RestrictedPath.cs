// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>A path to mask or to make read-only.</summary>
public sealed record RestrictedPath(string JsonPath, string Path);
