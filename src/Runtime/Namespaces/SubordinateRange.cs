// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Namespaces;

/// <summary><paramref name="Count"/> ids of the host from <paramref name="First"/> on, which a user may map (subuid(5), subgid(5)).</summary>
public readonly record struct SubordinateRange(uint First, uint Count)
{
    /// <summary>Behind the last one.</summary>
    public ulong End => (ulong)First + Count;
}
