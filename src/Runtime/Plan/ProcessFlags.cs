// SPDX-License-Identifier: Apache-2.0
using System;
using System.Globalization;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Plan;

/// <summary>The flags of <c>exec</c> for a process that is otherwise the container's own.</summary>
public sealed class ProcessFlags
{
    public required string[] Args { get; init; }

    /// <summary>Null or empty if the flag is missing.</summary>
    public string? Cwd { get; init; }

    /// <summary>Appended to the config's; the last value of a repeated name wins.</summary>
    public string[] Env { get; init; } = [];

    /// <summary>Only the flag gives a terminal, whatever the config has.</summary>
    public bool Terminal { get; init; }

    /// <summary>UID[:GID]; null or empty if the flag is missing.</summary>
    public string? User { get; init; }

    public string[] AdditionalGids { get; init; } = [];

    public string[] Capabilities { get; init; } = [];

    /// <summary>Null if the flag is missing.</summary>
    public bool? NoNewPrivileges { get; init; }

    /// <inheritdoc cref="Cwd"/>
    public string? SelinuxLabel { get; init; }

    /// <inheritdoc cref="Cwd"/>
    public string? ApparmorProfile { get; init; }

    /// <summary>Applies the flags to the config's process, by runc's rules and with its messages.</summary>
    /// <exception cref="RuncsException"/>
    public void ApplyTo(Process process)
    {
        if (Args.Length == 0) throw new RuncsException("exec args cannot be empty: name the program after the container's id, or its document with --process");
        process.Args = Args;
        if (!string.IsNullOrEmpty(Cwd)) process.Cwd = Cwd;
        if (!string.IsNullOrEmpty(ApparmorProfile)) process.ApparmorProfile = ApparmorProfile;
        if (!string.IsNullOrEmpty(SelinuxLabel)) process.SelinuxLabel = SelinuxLabel;
        if (Capabilities.Length > 0) AddCapabilities(process.Capabilities ??= new LinuxCapabilities());
        if (Env.Length > 0) process.Env = [.. process.Env, .. Env];
        process.Terminal = Terminal;
        process.NoNewPrivileges = NoNewPrivileges ?? process.NoNewPrivileges;
        if (!string.IsNullOrEmpty(User)) SetUser(process.User, User);
        if (AdditionalGids.Length == 0) return;
        var groups = new uint[process.User.AdditionalGids.Length + AdditionalGids.Length];
        process.User.AdditionalGids.CopyTo(groups, 0);
        for (int i = 0; i < AdditionalGids.Length; i++) groups[^(AdditionalGids.Length - i)] = ParseId(AdditionalGids[i], "gid");
        process.User.AdditionalGids = groups;
    }

    // Not inheritable: a program with file capabilities would get more than was granted (CVE-2022-29162). Ambient only as
    // far as the config has it inheritable.
    private void AddCapabilities(LinuxCapabilities sets)
    {
        sets.Bounding = Add(sets.Bounding, Capabilities);
        sets.Effective = Add(sets.Effective, Capabilities);
        sets.Permitted = Add(sets.Permitted, Capabilities);
        sets.Ambient = Add(sets.Ambient, Array.FindAll(Capabilities, name => Array.IndexOf(sets.Inheritable, name) >= 0));
    }

    private static string[] Add(string[] names, string[] more)
    {
        string[] missing = Array.FindAll(more, name => Array.IndexOf(names, name) < 0);
        return missing.Length == 0 ? names : [.. names, .. missing];
    }

    private static void SetUser(User user, string text)
    {
        int colon = text.IndexOf(':');
        if (colon >= 0) user.Gid = ParseId(text[(colon + 1)..], "gid");
        user.Uid = ParseId(colon < 0 ? text : text[..colon], "uid");
    }

    // A number and nothing after it: crun once took an unreadable user for another one (CVE-2026-30892).
    private static uint ParseId(string text, string what) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) ? id : throw new RuncsException($"bad {what}: \"{text}\" is not a number from 0 to {uint.MaxValue - 1}");
}
