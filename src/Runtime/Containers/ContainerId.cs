// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Containers;

/// <summary>The rules for container ids. The id becomes a directory under the root, so it must not lead elsewhere.</summary>
public static class ContainerId
{
    // NAME_MAX of the file systems that hold a root.
    private const int MaxLength = 255;

    /// <summary>
    /// Refuses, with runc's message, an id that is empty, has characters that runc does not allow, or is <c>.</c> or
    /// <c>..</c>.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public static void Validate(string id)
    {
        if (id.Length == 0) throw new RuncsException("container id cannot be empty");
        // A message is one line.
        string quoted = Array.Exists(id.ToCharArray(), char.IsControl) ? "" : $"\"{id}\" ";
        if (!IsValid(id)) throw new RuncsException($"invalid container ID format: {quoted}must be 1 to {MaxLength} letters, digits, _, +, - or ., and not . or ..");
    }

    private static bool IsValid(string id)
    {
        if (id.Length > MaxLength || id is "." or "..") return false;
        foreach (char next in id)
            if (!char.IsAsciiLetterOrDigit(next) && next is not ('_' or '+' or '-' or '.')) return false;
        return true;
    }
}
