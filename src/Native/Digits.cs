// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>Numbers as the kernel writes them. .NET's own parsers look for a culture, whose first use takes microseconds at each start.</summary>
public static class Digits
{
    /// <returns>False for any other text than decimal digits, and above 64 bits.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out ulong number)
    {
        number = 0;
        foreach (char next in text)
        {
            uint digit = (uint)next - '0';
            if (digit > 9 || number > (ulong.MaxValue - digit) / 10)
            {
                number = 0;
                return false;
            }
            number = number * 10 + digit;
        }
        return !text.IsEmpty;
    }
}
