// SPDX-License-Identifier: Apache-2.0
// D-Bus Specification, "Server Addresses"
using System;
using System.Text;

namespace Runcs.Cgroups.Systemd;

/// <summary>The address of a message bus, such as <c>unix:path=/run/user/1000/bus</c>.</summary>
internal static class BusAddress
{
    private const string Transport = "unix:";

    /// <summary>The first Unix socket of the addresses: a path, or a null character and a name in the abstract namespace; empty without one.</summary>
    /// <param name="runtimeDirectory">$XDG_RUNTIME_DIR, or empty.</param>
    public static string Parse(string addresses, string runtimeDirectory)
    {
        foreach (string address in addresses.Split(';'))
        {
            if (!address.StartsWith(Transport, StringComparison.Ordinal)) continue;
            foreach (string pair in address[Transport.Length..].Split(','))
            {
                int equals = pair.IndexOf('=');
                if (equals < 0) continue;
                string value = Unescape(pair[(equals + 1)..]);
                switch (pair[..equals])
                {
                    case "path" when value is ['/', ..]: return value;
                    case "abstract" when value.Length > 0: return "\0" + value;
                    case "runtime" when value == "yes" && runtimeDirectory.Length > 0: return runtimeDirectory + "/bus";
                }
            }
        }
        return "";
    }

    // A byte is written %xx. An invalid escape stays as it is, and leads to no socket.
    private static string Unescape(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal)) return text;
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int count = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            bool isEscaped = bytes[i] == '%' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]);
            bytes[count++] = isEscaped ? (byte)(FromHex(bytes[i + 1]) * 16 + FromHex(bytes[i + 2])) : bytes[i];
            if (isEscaped) i += 2;
        }
        return Encoding.UTF8.GetString(bytes, 0, count);
    }

    private static int FromHex(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
