// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cgroups;

/// <summary>A device rule. The last rule that matches a device decides.</summary>
/// <param name="Allow">Allows, else denies.</param>
/// <param name="Kind">Block, character or both.</param>
/// <param name="Major">Null for any.</param>
/// <param name="Minor">Null for any.</param>
/// <param name="Access">For which accesses.</param>
/// <param name="JsonPath">The JSON path it comes from.</param>
public readonly record struct DeviceRule(bool Allow, DeviceKind Kind, uint? Major, uint? Minor, DeviceAccess Access, string JsonPath)
{
    /// <summary>The rule matches every access to every device.</summary>
    public bool IsTotal => Kind == DeviceKind.All && Major == null && Minor == null && Access == DeviceAccess.All;

    /// <summary>The rule matches every device of the other one.</summary>
    public bool Covers(DeviceRule other) => (Kind == DeviceKind.All || Kind == other.Kind)
        && (Major == null || Major == other.Major) && (Minor == null || Minor == other.Minor);

    /// <summary>A device matches both rules.</summary>
    public bool Meets(DeviceRule other) => (Kind == DeviceKind.All || other.Kind == DeviceKind.All || Kind == other.Kind)
        && (Major == null || other.Major == null || Major == other.Major) && (Minor == null || other.Minor == null || Minor == other.Minor);

    /// <summary>The line for <c>devices.allow</c> and <c>devices.deny</c>: <c>c 1:3 rwm</c>, and <c>a</c> for a total rule.</summary>
    public string Line
    {
        get
        {
            if (IsTotal) return "a";
            string kind = Kind switch { DeviceKind.Block => "b", DeviceKind.Character => "c", _ => "a" };
            return string.Concat([kind, " ", Major?.ToString() ?? "*", ":", Minor?.ToString() ?? "*", " ", Letters]);
        }
    }

    /// <summary>The accesses as <c>rwm</c>.</summary>
    public string Letters => string.Concat((Access & DeviceAccess.Read) != 0 ? "r" : "", (Access & DeviceAccess.Write) != 0 ? "w" : "", (Access & DeviceAccess.Mknod) != 0 ? "m" : "");

    public override string ToString() => $"{(Allow ? "allow" : "deny")} {Line} ({JsonPath})";
}
