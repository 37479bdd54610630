// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using Runcs.Hooks;
using Runcs.Native.ExecStage;
using Runcs.Values;

namespace Runcs.Init.Protocol;

/// <summary>
/// The exec stage's report of a startContainer hook that failed: {step, wait status}, the bytes that it wrote to its
/// standard output and error, and the first <see cref="MostText"/> bytes of each.
/// </summary>
internal static class HookReport
{
    internal const int MostText = 2000, Size = 2 * StageReport.Size + 2 * MostText;

    /// <summary>Whether a message is one, by its kind.</summary>
    internal static bool Is(uint kind) => kind is >= (uint)StageStep.FirstChildStatus and < InitMessage.FirstKind;

    /// <summary>The report in a whole message.</summary>
    internal static StageReport Read(ReadOnlySpan<byte> message) =>
        StageReport.Read(message) with { Output = Text(message, 0), ErrorOutput = Text(message, 1) };

    private static string Text(ReadOnlySpan<byte> message, int stream)
    {
        uint count = MemoryMarshal.Read<uint>(message[(StageReport.Size + stream * sizeof(uint))..]);
        int kept = (int)Math.Min(count, MostText);
        string text = CapturedOutput.Text(message.Slice(2 * StageReport.Size + stream * MostText, kept), count - kept);
        // The hook is a file of the container: a terminal would obey its control characters.
        return string.Create(text.Length, text, static (place, from) =>
        {
            for (int i = 0; i < place.Length; i++) place[i] = char.IsControl(from[i]) && from[i] is not ('\n' or '\t') ? '?' : from[i];
        });
    }
}
