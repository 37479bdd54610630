// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.OciSpec.Json;

namespace Runcs.Containers.Storage;

/// <summary>
/// What a container's keeper records, for other commands: <c>keeper.json</c> in the state directory. It stays until the container
/// is deleted.
/// </summary>
public sealed record KeeperRecord
{
    /// <summary>The policy that never starts a container again.</summary>
    public const string NoRestart = "no";

    /// <summary>The keeper's process, as <see cref="ProcessIdentity.ToText"/>.</summary>
    public string Process { get; init; } = "";

    /// <summary><c>no</c>, <c>on-failure</c>, <c>on-failure:3</c> or <c>always</c>.</summary>
    public string RestartPolicy { get; init; } = NoRestart;

    public int Restarts { get; init; }

    /// <summary>It has ended, and is to be started again.</summary>
    public bool IsRestarting { get; init; }

    /// <summary>As <c>Timestamp.NowNano</c>; "" before the first start.</summary>
    public string Started { get; init; } = "";

    /// <summary>As <c>Timestamp.NowNano</c>; "" while it runs.</summary>
    public string Finished { get; init; } = "";

    /// <summary>With <see cref="Finished"/>: the program's exit code, or 128 plus the signal that killed it.</summary>
    public int ExitCode { get; init; }

    /// <summary>0 for none.</summary>
    public int Signal { get; init; }

    public bool OomKilled { get; init; }

    /// <summary>The name of the log driver.</summary>
    public string LogDriver { get; init; } = "";

    /// <summary>Absolute; "" for none.</summary>
    public string LogPath { get; init; } = "";

    /// <summary>"" for none.</summary>
    public string Error { get; init; } = "";

    /// <summary>The container has ended for good.</summary>
    public bool HasEnded => Finished.Length > 0 && !IsRestarting;

    /// <summary>The keeper's process exists. One that is exiting closes its sockets before it has ended.</summary>
    /// <exception cref="RuncsException">It is unknown.</exception>
    public bool IsKept
    {
        get
        {
            if (!ProcessIdentity.TryParse(Process, out ProcessIdentity keeper)) return false;
            using Fd? process = keeper.Open();
            return process != null && !ProcessDescriptors.IsEnding(process);
        }
    }

    /// <summary>The container with this id is still the one that this keeper has made.</summary>
    /// <exception cref="RuncsException"/>
    public bool IsOf(string root, string id) => StateDirectory.PeekKeeper(root, id)?.Process == Process;

    /// <summary>For <c>state</c>.</summary>
    public ContainerKeeper Describe()
    {
        bool isOver = Finished.Length > 0;
        return new ContainerKeeper
        {
            Pid = ProcessIdentity.TryParse(Process, out ProcessIdentity keeper) && keeper.Exists() ? keeper.Pid : 0,
            RestartPolicy = RestartPolicy,
            RestartCount = Restarts,
            Restarting = IsRestarting ? true : null,
            StartedAt = Started,
            FinishedAt = Finished,
            ExitCode = isOver ? ExitCode : null,
            Signal = isOver && Signal != 0 ? Signal : null,
            OomKilled = isOver ? OomKilled : null,
            LogDriver = LogDriver,
            LogPath = LogPath,
            Error = Error,
        };
    }

    /// <summary>The document, one line.</summary>
    public byte[] Write()
    {
        JsonText json = JsonText.Compact();
        json.BeginObject();
        json.Member("process"u8, Process);
        json.Member("restartPolicy"u8, RestartPolicy);
        json.Member("restarts"u8, Restarts);
        json.TrueMember("restarting"u8, IsRestarting);
        json.OptionalMember("started"u8, Started);
        json.OptionalMember("finished"u8, Finished);
        json.Member("exitCode"u8, ExitCode);
        json.NonzeroMember("signal"u8, Signal);
        json.TrueMember("oomKilled"u8, OomKilled);
        json.Member("logDriver"u8, LogDriver);
        json.OptionalMember("logPath"u8, LogPath);
        json.OptionalMember("error"u8, Error);
        json.EndObject();
        json.EndLine();
        return json.ToArray();
    }

    /// <summary>Reads the output of <see cref="Write"/>, of this or another version; unknown members are skipped.</summary>
    /// <exception cref="OciDocumentException"/>
    public static KeeperRecord Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new DocumentReader(utf8);
        var record = new KeeperRecord();
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("process"u8)) record = record with { Process = reader.ReadString() };
            else if (name.SequenceEqual("restartPolicy"u8)) record = record with { RestartPolicy = reader.ReadString() };
            else if (name.SequenceEqual("restarts"u8)) record = record with { Restarts = reader.ReadInt32() };
            else if (name.SequenceEqual("restarting"u8)) record = record with { IsRestarting = reader.ReadBool() };
            else if (name.SequenceEqual("started"u8)) record = record with { Started = reader.ReadString() };
            else if (name.SequenceEqual("finished"u8)) record = record with { Finished = reader.ReadString() };
            else if (name.SequenceEqual("exitCode"u8)) record = record with { ExitCode = reader.ReadInt32() };
            else if (name.SequenceEqual("signal"u8)) record = record with { Signal = reader.ReadInt32() };
            else if (name.SequenceEqual("oomKilled"u8)) record = record with { OomKilled = reader.ReadBool() };
            else if (name.SequenceEqual("logDriver"u8)) record = record with { LogDriver = reader.ReadString() };
            else if (name.SequenceEqual("logPath"u8)) record = record with { LogPath = reader.ReadString() };
            else if (name.SequenceEqual("error"u8)) record = record with { Error = reader.ReadString() };
            else reader.Skip();
        }
        reader.End();
        return record;
    }
}
