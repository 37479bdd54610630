// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native;

namespace Runcs.Diagnostics;

/// <summary>
/// Messages of a command, in runc's two formats, which engines parse. Without --log they go to standard error; with it,
/// to the file, and an error also goes to standard error as plain text.
/// </summary>
/// <remarks>
/// An engine reads exactly one object from the log of a failed command. So warnings are held until the command ends and
/// written only on success; those that must appear in any case become part of the error.
/// </remarks>
public sealed class Log : IDisposable
{
    private const int StandardError = 2;

    // There is one thread, and one command at a time.
    private static Log? s_current;

    private readonly Log? _outer = s_current;
    private readonly List<string> _warnings = [];
    private string _lasting = "";
    private Fd? _file;
    private bool _json, _debug, _errorsOnly;

    private Log() { }

    /// <summary>--debug: everything is written at once.</summary>
    public static bool IsDebug => s_current is { _debug: true };

    /// <summary>The file of --log, for a clone that writes to it too; -1 without one.</summary>
    public static int Descriptor => s_current?._file?.Value ?? -1;

    /// <summary>What the error of the command has behind it if it fails.</summary>
    public static string Lasting => s_current?._lasting ?? "";

    /// <summary>Begins a command: until disposed, this is its log, at first as text on standard error.</summary>
    public static Log Begin() => s_current = new Log();

    /// <summary>In a clone that outlives the command: from here on everything is written at once, to standard error.</summary>
    public static void Leave() => s_current = null;

    /// <param name="path">The file to append to; null for standard error.</param>
    /// <param name="json">The format: JSON, or text.</param>
    /// <param name="debug">--debug.</param>
    /// <param name="errorsOnly">Warnings are left out, unless the command fails and they belong to the reason.</param>
    /// <exception cref="RuncsException"/>
    public void Open(string? path, bool json, bool debug, bool errorsOnly = false)
    {
        (_json, _debug, _errorsOnly) = (json, debug, errorsOnly);
        if (path == null) return;
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_APPEND, 0b110_100_100, out _file);
        errno.OrThrow("--log", "openat", path);
    }

    /// <summary>Holds a warning until the command ends; outside of a command it is written at once.</summary>
    public static void Warn(string message)
    {
        if (s_current is { _debug: false } log) log._warnings.Add(message);
        else Write("warning", message);
    }

    /// <summary>As <see cref="Warn"/>, but also reported if the command fails for another reason.</summary>
    public static void WarnInAnyCase(string message)
    {
        Warn(message);
        if (s_current != null) s_current._lasting = $"{s_current._lasting}; warning: {message}";
    }

    /// <summary>Writes the message if --debug was given.</summary>
    public static void Debug(string message)
    {
        if (IsDebug) Write("debug", message);
    }

    /// <summary>The command has succeeded: writes the held warnings.</summary>
    public static void Succeed()
    {
        if (s_current == null) return;
        if (!s_current._errorsOnly)
            foreach (string warning in s_current._warnings) Write("warning", warning);
        s_current._warnings.Clear();
    }

    /// <summary>The command has failed for this reason.</summary>
    public static void Fail(string reason)
    {
        s_current?._warnings.Clear();
        reason += s_current?._lasting;
        Write("error", reason);
        if (s_current is { _file: not null }) Files.TryWrite(StandardError, Encoding.UTF8.GetBytes(reason + "\n"), out _);
    }

    public void Dispose()
    {
        s_current = _outer;
        _file?.Dispose();
    }

    // One write(2), so that lines of concurrent commands do not mix. A failed write of the log is ignored.
    private static void Write(string level, string message) => Files.TryWrite(s_current?._file?.Value ?? StandardError,
        s_current is { _json: true } ? LogLine.Json(level, message, Timestamp.Now()) : LogLine.Text(level, message, Timestamp.Now()), out _);
}
