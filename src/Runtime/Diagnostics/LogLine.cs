// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.OciSpec.Json;

namespace Runcs.Diagnostics;

/// <summary>The two formats of a log line, those of logrus, which runc uses and engines parse.</summary>
internal static class LogLine
{
    /// <summary><c>{"level":"error","msg":"...","time":"..."}</c></summary>
    public static byte[] Json(string level, string message, string time)
    {
        JsonText line = JsonText.Compact();
        line.BeginObject();
        line.Member("level"u8, level);
        line.Member("msg"u8, message);
        line.Member("time"u8, time);
        line.EndObject();
        line.EndLine();
        return line.ToArray();
    }

    /// <summary><c>time="..." level=error msg="..."</c></summary>
    public static byte[] Text(string level, string message, string time)
    {
        var line = new StringBuilder("time=\"").Append(time).Append("\" level=").Append(level).Append(" msg=");
        AppendValue(line, message);
        return Encoding.UTF8.GetBytes(line.Append('\n').ToString());
    }

    private static void AppendValue(StringBuilder line, string value)
    {
        bool plain = value.Length > 0;
        foreach (char next in value) plain &= char.IsAsciiLetterOrDigit(next) || next is '-' or '.' or '_' or '/' or '@' or '^' or '+';
        if (plain) line.Append(value);
        else AppendQuoted(line, value);
    }

    /// <summary>Go's %q.</summary>
    private static void AppendQuoted(StringBuilder line, string value)
    {
        line.Append('"');
        foreach (char next in value)
        {
            switch (next)
            {
                case '"' or '\\': line.Append('\\').Append(next); break;
                case '\n': line.Append("\\n"); break;
                case '\r': line.Append("\\r"); break;
                case '\t': line.Append("\\t"); break;
                case < ' ' or '\x7f': line.Append("\\x").Append(Digit(next >> 4)).Append(Digit(next & 15)); break;
                default: line.Append(next); break;
            }
        }
        line.Append('"');
    }

    private static char Digit(int value) => "0123456789abcdef"[value];
}
