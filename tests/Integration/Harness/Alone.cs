// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>The tests that must run alone: those that change the machine or measure it. <c>[Collection(Alone.Name)]</c></summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
