// SPDX-License-Identifier: Apache-2.0
using Xunit.v3;

namespace Runcs.Harness;

/// <summary>
/// Rows of the specification's requirements (oci-spec/requirements) that the test covers, as <c>chapter/slug</c>; a final
/// star stands for all rows with this prefix. <c>-trait requirement=config/rlimit-twice</c> runs the tests of a row.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequirementAttribute(params string[] ids) : Attribute, ITraitAttribute
{
    public IReadOnlyList<string> Ids { get; } = ids;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [.. Ids.Select(id => KeyValuePair.Create("requirement", id))];
}
