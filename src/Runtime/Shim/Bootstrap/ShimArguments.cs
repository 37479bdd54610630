// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Shim.Bootstrap;

/// <summary>The command line that containerd gives a shim: Go's flags, then the action.</summary>
internal sealed class ShimArguments
{
    public string Namespace { get; private set; } = "";

    public string Id { get; private set; } = "";

    /// <summary>The path of containerd's GRPC socket.</summary>
    public string Address { get; private set; } = "";

    public string Bundle { get; private set; } = "";

    public bool Debug { get; private set; }

    public bool PrintsVersion { get; private set; }

    public bool PrintsInfo { get; private set; }

    /// <summary><c>start</c>, <c>delete</c>, or "".</summary>
    public string Action { get; private set; } = "";

    /// <exception cref="RuncsException"/>
    public static ShimArguments Parse(ReadOnlySpan<string> arguments)
    {
        var parsed = new ShimArguments();
        int next = 0;
        for (; next < arguments.Length && arguments[next] is ['-', _, ..] flag; next++)
        {
            string name = flag.TrimStart('-');
            int equals = name.IndexOf('=');
            string? value = equals < 0 ? null : name[(equals + 1)..];
            if (equals >= 0) name = name[..equals];
            switch (name)
            {
                case "debug": parsed.Debug = value != "false"; continue;
                case "v" or "version": parsed.PrintsVersion = value != "false"; continue;
                case "info": parsed.PrintsInfo = value != "false"; continue;
            }
            value ??= ++next < arguments.Length ? arguments[next] : throw new RuncsException($"flag needs an argument: -{name}");
            switch (name)
            {
                case "namespace": parsed.Namespace = value; break;
                case "id": parsed.Id = value; break;
                case "address": parsed.Address = value; break;
                case "bundle": parsed.Bundle = value; break;
                // containerd's binary and sockets, which this shim finds otherwise or does not need.
                case "publish-binary" or "socket": break;
                default: throw new RuncsException($"flag provided but not defined: -{name}");
            }
        }
        if (next < arguments.Length) parsed.Action = arguments[next];
        return parsed;
    }
}
