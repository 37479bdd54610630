// SPDX-License-Identifier: Apache-2.0
// features-linux.md, "Seccomp".

namespace Runcs.OciSpec;

/// <summary>linux.seccomp of <see cref="Features"/>.</summary>
public sealed record SeccompFeatures(string[] Actions, string[] Operators, string[] Archs, string[] KnownFlags, string[] SupportedFlags);
