// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Namespaces;

/// <summary>An existing namespace to enter.</summary>
public sealed record JoinedNamespace(string Kind, CloneFlags Flag, string Path, string JsonPath);
