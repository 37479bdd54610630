// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Namespaces;

/// <summary>A namespace that exists already and is entered.</summary>
public sealed record JoinedNamespace(string Kind, CloneFlags Flag, string Path, string JsonPath);
