// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Check;

/// <summary>
/// The requirements of a bundle that this host does not meet, in lines of the form <c>path: problem</c>. Found by reading
/// alone.
/// </summary>
internal sealed class UnmetRequirements
{
    public List<string> Lines { get; } = [];

    public void Add(string jsonPath, string what) => Lines.Add($"{jsonPath}: {what}");
}
