// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cgroups;

/// <summary>A limit that is refused if the current usage is higher (<c>memory.checkBeforeUpdate</c>).</summary>
/// <param name="Limit">Bytes.</param>
/// <param name="WithSwap">Memory and swap together.</param>
/// <param name="JsonPath">The JSON path that asks for it.</param>
public sealed record MemoryCheck(long Limit, bool WithSwap, string JsonPath)
{
    public override string ToString() => $"check that {(WithSwap ? "memory.current and memory.swap.current are" : "memory.current is")} below {Limit} ({JsonPath})";
}
