// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Shim.Bootstrap;

/// <summary>The version of this program and of the runtime specification.</summary>
public readonly record struct ProgramVersion(string Number, string Commit, string Specification);
