// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Diagnostics;

/// <summary>Text of unknown origin, short and in one line for a message.</summary>
public static class Excerpt
{
    private const int Longest = 100;

    /// <summary>At most a hundred characters, control characters as <c>?</c>.</summary>
    public static string Of(string text)
    {
        string part = text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "...");
        return string.Create(part.Length, part, static (target, source) =>
        {
            for (int i = 0; i < target.Length; i++) target[i] = char.IsControl(source[i]) ? '?' : source[i];
        });
    }
}
