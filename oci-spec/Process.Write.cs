// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class Process : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        if (Terminal)
            json.Member("terminal"u8, true);
        json.OptionalMember("consoleSize"u8, ConsoleSize);
        json.Member("user"u8, User);
        json.OptionalMember("args"u8, Args);
        json.OptionalMember("env"u8, Env);
        json.Member("cwd"u8, Cwd);
        json.OptionalMember("capabilities"u8, Capabilities);
        json.OptionalMember("rlimits"u8, Rlimits);
        if (NoNewPrivileges)
            json.Member("noNewPrivileges"u8, true);
        json.OptionalMember("apparmorProfile"u8, ApparmorProfile);
        json.OptionalMember("oomScoreAdj"u8, (long?)OomScoreAdj);
        json.OptionalMember("scheduler"u8, Scheduler);
        json.OptionalMember("selinuxLabel"u8, SelinuxLabel);
        json.OptionalMember("ioPriority"u8, IOPriority);
        json.OptionalMember("execCPUAffinity"u8, ExecCPUAffinity);
        json.EndObject();
    }
}
