// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using Runcs.Native;
using Runcs.OciSpec.Json;
using Runcs.Shim.Messages;

namespace Runcs.Shim.Tasks;

/// <summary>What containerd's configuration says of the runtime, in any of the three messages for it.</summary>
internal sealed class ShimOptions
{
    private const string FileName = "options.json", DefaultRoot = "/run/containerd/runc";

    public bool NoPivotRoot { get; init; }

    public bool NoNewKeyring { get; init; }

    public bool SystemdCgroup { get; init; }

    /// <summary>The directory of each namespace's state directories; runc's own shim's, so that one reads what the other has made.</summary>
    public string Root { get; init; } = DefaultRoot;

    /// <summary>The cgroup for the shim; "" for containerd's.</summary>
    public string ShimCgroup { get; init; } = "";

    /// <summary>The owner of a process's pipes; null for ours.</summary>
    public (uint Uid, uint Gid)? StreamOwner { get; init; }

    /// <exception cref="RuncsException">They are malformed, or name another runtime.</exception>
    public static ShimOptions Read(Any? any)
    {
        switch (any?.TypeName)
        {
            case null or "":
                return new ShimOptions();
            case RuncOptions.TypeName:
                return Of(RuncOptions.Read(any.Value) ?? throw RuncsException.At(RuncOptions.TypeName, "is malformed"));
            case CreateOptions.TypeName:
                CreateOptions old = CreateOptions.Read(any.Value) ?? throw RuncsException.At(CreateOptions.TypeName, "is malformed");
                return Of(new RuncOptions { NoPivotRoot = old.NoPivotRoot, NoNewKeyring = old.NoNewKeyring, ShimCgroup = old.ShimCgroup, IoUid = old.IoUid, IoGid = old.IoGid });
            case RuntimeOptions.TypeName:
                RuntimeOptions options = RuntimeOptions.Read(any.Value) ?? throw RuncsException.At(RuntimeOptions.TypeName, "is malformed");
                if (options.ConfigBody.Length > 0) return OfToml(Encoding.UTF8.GetString(options.ConfigBody));
                return options.ConfigPath.Length > 0 ? OfToml(Encoding.UTF8.GetString(Files.ReadFile(options.ConfigPath, 1 << 20))) : new ShimOptions();
            default:
                throw RuncsException.At("options", $"unknown type {any.TypeUrl}");
        }
    }

    private static ShimOptions Of(RuncOptions options)
    {
        CheckBinary(options.BinaryName);
        return new ShimOptions
        {
            NoPivotRoot = options.NoPivotRoot,
            NoNewKeyring = options.NoNewKeyring,
            SystemdCgroup = options.SystemdCgroup,
            Root = options.Root.Length > 0 ? options.Root : DefaultRoot,
            ShimCgroup = options.ShimCgroup,
            StreamOwner = options.IoUid != 0 || options.IoGid != 0 ? (options.IoUid, options.IoGid) : null,
        };
    }

    // The keys of the table in containerd's config.toml, one on each line; other keys are another runtime's.
    private static ShimOptions OfToml(string text)
    {
        var options = new RuncOptions();
        foreach (string line in text.Split('\n'))
        {
            int equals = line.IndexOf('=');
            if (equals < 0) continue;
            string value = line[(equals + 1)..].Trim();
            if (value is ['"' or '\'', .., '"' or '\'']) value = value[1..^1];
            switch (line[..equals].Trim().Replace("_", "", StringComparison.Ordinal).ToLowerInvariant())
            {
                case "nopivotroot": options.NoPivotRoot = value == "true"; break;
                case "nonewkeyring": options.NoNewKeyring = value == "true"; break;
                case "systemdcgroup": options.SystemdCgroup = value == "true"; break;
                case "root": options.Root = value; break;
                case "shimcgroup": options.ShimCgroup = value; break;
                case "binaryname": options.BinaryName = value; break;
                case "iouid": options.IoUid = Number(value); break;
                case "iogid": options.IoGid = Number(value); break;
            }
        }
        return Of(options);
    }

    private static uint Number(string value) => uint.TryParse(value, out uint number) ? number : 0;

    // The runtime is this program. Engines name runc even where they mean "the default".
    private static void CheckBinary(string name)
    {
        string last = name[(name.LastIndexOf('/') + 1)..];
        if (last is not ("" or "runc" or "runcs" or "crun")) throw RuncsException.At("BinaryName", $"this shim is runcs and runs no other runtime, got {name}");
    }

    /// <summary>Writes what <c>delete</c> needs into the bundle, in the form of runc's own shim.</summary>
    /// <exception cref="RuncsException"/>
    public void Write(string bundle)
    {
        JsonText json = JsonText.Compact();
        json.BeginObject();
        json.Member("root"u8, Root);
        if (SystemdCgroup) json.Member("systemd_cgroup"u8, true);
        json.EndObject();
        using Fd file = Files.Open($"{bundle}/{FileName}", OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC, 0b110_000_000);
        Files.WriteAll(file.Value, json.Written, FileName);
    }

    /// <summary>The root that <see cref="Write"/> has left; the default without the file.</summary>
    /// <exception cref="RuncsException">It is unknown.</exception>
    public static string ReadRoot(string bundle)
    {
        string path = $"{bundle}/{FileName}", root = "";
        try
        {
            var reader = new DocumentReader(Files.ReadFile(path, 1 << 20));
            reader.BeginObject();
            while (reader.NextMember())
            {
                if (reader.Name.SequenceEqual("root"u8)) root = reader.ReadString();
                else reader.Skip();
            }
            reader.End();
        }
        catch (RuncsException e) when (e.Errno.Value == Errno.ENOENT)
        {
            // Killed before it was written.
        }
        catch (OciSpec.OciDocumentException e)
        {
            throw RuncsException.At(path, e.Message);
        }
        return root.Length > 0 ? root : DefaultRoot;
    }
}
