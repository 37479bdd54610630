// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using System.Text;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Diagnostics;

/// <summary>
/// What the command has to say besides its result, in the two formats that runc has: engines read them. Without --log it
/// goes to standard error; with it, to the file, and an error in plain words to standard error as well.
/// </summary>
/// <remarks>
/// An engine reads exactly one object from the log of a failed command: so warnings wait for its end, and are written only
/// if it succeeds; those that must be told all the same become part of the error.
/// </remarks>
public static class Log
{
    private const int StandardError = 2;
    private static readonly List<string> Warnings = [];
    private static string lasting = "";
    private static int output = StandardError;
    private static bool json;

    /// <summary>--debug: everything is written, and at once.</summary>
    public static bool IsDebug { get; private set; }

    /// <param name="path">The file to append to; null for standard error.</param>
    /// <exception cref="RuncsException"/>
    public static void Open(string? path, bool asJson, bool debug)
    {
        (json, IsDebug) = (asJson, debug);
        if (path == null) return;
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0b110_100_100, out Fd? file);
        if (errno.IsError) throw RuncsException.At("--log", "openat", path, errno);
        // Open until the process ends.
        output = file!.Release();
    }

    /// <summary>Keeps a warning until the command's end.</summary>
    public static void Warn(string message)
    {
        if (IsDebug) Write("warning", message);
        else Warnings.Add(message);
    }

    /// <summary>As <see cref="Warn"/>, but told even if the command fails for another reason.</summary>
    public static void WarnInAnyCase(string message)
    {
        Warn(message);
        lasting = $"{lasting}; warning: {message}";
    }

    /// <summary>Writes the message if --debug was given.</summary>
    public static void Debug(string message)
    {
        if (IsDebug) Write("debug", message);
    }

    /// <summary>The command has succeeded: writes its warnings.</summary>
    public static void Succeed()
    {
        foreach (string warning in Warnings) Write("warning", warning);
        Warnings.Clear();
    }

    /// <summary>The command has failed: this is the reason.</summary>
    public static void Fail(string reason)
    {
        Warnings.Clear();
        reason += lasting;
        Write("error", reason);
        if (output != StandardError) Files.TryWrite(StandardError, Encoding.UTF8.GetBytes(reason + "\n"), out _);
    }

    // One write(2), so that lines of commands that run at the same time do not mix. A log that cannot be written changes nothing.
    private static void Write(string level, string message) =>
        Files.TryWrite(output, json ? LogLine.Json(level, message, Timestamp.Now()) : LogLine.Text(level, message, Timestamp.Now()), out _);
}
