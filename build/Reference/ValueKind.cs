// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Reference;

internal enum ValueKind
{
    /// <summary>The flag is a switch.</summary>
    None,

    /// <summary>No completion.</summary>
    Text,
    Directory,
    File,

    /// <summary>One of <see cref="FlagValue.Words"/>.</summary>
    Word,
}
