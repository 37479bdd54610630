// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using Runcs.Native;
using Runcs.Native.Arch;

namespace Runcs.Conformance.Native;

/// <summary>The numbers in src/Native for an architecture, by their names in C.</summary>
internal static class KernelNumbers
{
    private static readonly Type[] _flags =
    [
        typeof(OpenFlags), typeof(ResolveFlags), typeof(AtFlags), typeof(CloneFlags), typeof(MountFlags), typeof(UmountFlags),
        typeof(MountAttributeFlags), typeof(OpenTreeFlags), typeof(MoveMountFlags), typeof(MemfdFlags), typeof(SealFlags), typeof(PollEvents),
        typeof(WaitOptions), typeof(FlockOperations),
    ];

    /// <param name="own"><see cref="X64"/> or <see cref="Arm64"/>: its values override the shared ones.</param>
    public static SortedDictionary<string, long> Of(Type own)
    {
        var numbers = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (Type type in _flags)
            foreach (string name in Enum.GetNames(type))
                numbers[name] = Convert.ToInt64(Enum.Parse(type, name) is var value && Enum.GetUnderlyingType(type) == typeof(ulong) ? unchecked((long)(ulong)value) : value);
        foreach (FieldInfo field in own.GetFields(BindingFlags.Static | BindingFlags.NonPublic))
            if (field.Name.StartsWith("O_", StringComparison.Ordinal) || field.Name.StartsWith("SYS_", StringComparison.Ordinal))
                numbers[field.Name] = Convert.ToInt64(field.GetRawConstantValue());
        return numbers;
    }
}
