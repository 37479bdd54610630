// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Cgroups.Systemd;

/// <summary>systemd replied to a call with an error.</summary>
internal sealed class SystemdException(string name, string text) : Exception(text.Length == 0 ? name : $"{text.TrimEnd('.')} ({name})")
{
    /// <summary>The D-Bus name, such as <c>org.freedesktop.systemd1.UnitExists</c>.</summary>
    public string Name { get; } = name;
}
