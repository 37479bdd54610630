// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Runcs.Native;

namespace Runcs.Shim.Streams;

/// <summary>
/// Where a stream goes: a path, or a URI whose scheme says what is there. Of a URI the path and the query are decoded
/// (RFC 3986, 2.1).
/// </summary>
internal sealed class StreamUri
{
    private StreamUri(string scheme, string path, List<string> arguments) => (Scheme, Path, Arguments) = (scheme, path, arguments);

    /// <summary><c>fifo</c> for a path.</summary>
    public string Scheme { get; }

    public string Path { get; }

    /// <summary>The names and values of the query, one after the other, in the order of their names.</summary>
    public List<string> Arguments { get; }

    /// <exception cref="RuncsException">It cannot be decoded, or its path is not absolute.</exception>
    public static StreamUri Parse(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0) return new StreamUri("fifo", Absolute(text, text), []);
        ReadOnlySpan<char> rest = text.AsSpan(scheme + 3);
        int fragment = rest.IndexOf('#');
        if (fragment >= 0) rest = rest[..fragment];
        int query = rest.IndexOf('?');
        string path = Decode(query < 0 ? rest : rest[..query], text, isQuery: false);
        return new StreamUri(text[..scheme], Absolute(path, text), query < 0 ? [] : Split(rest[(query + 1)..], text));
    }

    private static string Absolute(string path, string whole) =>
        path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal) ? path : throw RuncsException.At(whole, "the path of a stream must be absolute, without NUL");

    // Sorted by name: a logger gets the same arguments whoever has written the query.
    private static List<string> Split(ReadOnlySpan<char> query, string whole)
    {
        var arguments = new List<string>();
        foreach (Range range in query.Split('&'))
        {
            ReadOnlySpan<char> pair = query[range];
            if (pair.IsEmpty) continue;
            int equals = pair.IndexOf('='), at = 0;
            string name = Decode(equals < 0 ? pair : pair[..equals], whole, isQuery: true);
            while (at < arguments.Count && string.CompareOrdinal(arguments[at], name) <= 0) at += 2;
            arguments.Insert(at, name);
            arguments.Insert(at + 1, equals < 0 ? "" : Decode(pair[(equals + 1)..], whole, isQuery: true));
        }
        return arguments;
    }

    private static string Decode(ReadOnlySpan<char> text, string whole, bool isQuery)
    {
        if (text.IndexOfAny('%', '+') < 0) return text.ToString();
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        int length = 0;
        for (int i = 0; i < bytes.Length; i++, length++)
        {
            bytes[length] = bytes[i];
            if (isQuery && bytes[i] == '+') bytes[length] = (byte)' ';
            if (bytes[i] != '%') continue;
            if (i + 2 >= bytes.Length || !byte.TryParse(bytes.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[length]))
                throw RuncsException.At(whole, "% must be followed by two hexadecimal digits");
            i += 2;
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
