// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Reflection;
using System.Text.Json;
using Runcs.OciSpec;

namespace Runcs.Conformance.Plan;

/// <summary>Every field of config.json has an effect; none is silently dropped.</summary>
public class FieldTests
{
    // A [] stands for the elements of an array, a * for the values of a map.
    private const string Honoured = """
        ociVersion hostname domainname annotations
        process.terminal process.consoleSize.height process.consoleSize.width
        process.user.uid process.user.gid process.user.umask process.user.additionalGids
        process.args process.env process.cwd process.noNewPrivileges process.oomScoreAdj
        process.capabilities.bounding process.capabilities.effective process.capabilities.inheritable
        process.capabilities.permitted process.capabilities.ambient
        process.apparmorProfile process.selinuxLabel
        process.scheduler.policy process.scheduler.nice process.scheduler.priority process.scheduler.flags
        process.scheduler.runtime process.scheduler.deadline process.scheduler.period
        process.ioPriority.class process.ioPriority.priority process.execCPUAffinity.initial process.execCPUAffinity.final
        process.rlimits[].type process.rlimits[].hard process.rlimits[].soft
        root.path root.readonly
        mounts[].destination mounts[].type mounts[].source mounts[].options mounts[].uidMappings mounts[].gidMappings linux.mountLabel
        hooks.prestart[].path hooks.prestart[].args hooks.prestart[].env hooks.prestart[].timeout
        hooks.createRuntime[].path hooks.createRuntime[].args hooks.createRuntime[].env hooks.createRuntime[].timeout
        hooks.createContainer[].path hooks.createContainer[].args hooks.createContainer[].env hooks.createContainer[].timeout
        hooks.startContainer[].path hooks.startContainer[].args hooks.startContainer[].env hooks.startContainer[].timeout
        hooks.poststart[].path hooks.poststart[].args hooks.poststart[].env hooks.poststart[].timeout
        hooks.poststop[].path hooks.poststop[].args hooks.poststop[].env hooks.poststop[].timeout
        linux.sysctl linux.cgroupsPath linux.rootfsPropagation linux.maskedPaths linux.readonlyPaths
        linux.namespaces[].type linux.namespaces[].path
        linux.uidMappings[].containerID linux.uidMappings[].hostID linux.uidMappings[].size
        linux.gidMappings[].containerID linux.gidMappings[].hostID linux.gidMappings[].size
        linux.timeOffsets.*.secs linux.timeOffsets.*.nanosecs
        linux.devices[].path linux.devices[].type linux.devices[].major linux.devices[].minor
        linux.devices[].fileMode linux.devices[].uid linux.devices[].gid
        linux.netDevices.*.name linux.memoryPolicy.mode linux.memoryPolicy.nodes linux.memoryPolicy.flags
        linux.personality.domain linux.personality.flags
        linux.resources.devices[].allow linux.resources.devices[].type linux.resources.devices[].major
        linux.resources.devices[].minor linux.resources.devices[].access
        linux.resources.memory.limit linux.resources.memory.reservation linux.resources.memory.swap
        linux.resources.memory.swappiness linux.resources.memory.disableOOMKiller linux.resources.memory.useHierarchy
        linux.resources.cpu.shares linux.resources.cpu.quota linux.resources.cpu.burst linux.resources.cpu.period
        linux.resources.cpu.realtimeRuntime linux.resources.cpu.realtimePeriod linux.resources.cpu.cpus linux.resources.cpu.mems
        linux.resources.cpu.idle
        linux.resources.memory.kernelTCP linux.resources.memory.checkBeforeUpdate
        linux.resources.pids.limit
        linux.resources.blockIO.weight linux.resources.blockIO.leafWeight
        linux.resources.blockIO.weightDevice[].major linux.resources.blockIO.weightDevice[].minor
        linux.resources.blockIO.weightDevice[].weight linux.resources.blockIO.weightDevice[].leafWeight
        linux.resources.blockIO.throttleReadBpsDevice[].major linux.resources.blockIO.throttleReadBpsDevice[].minor
        linux.resources.blockIO.throttleReadBpsDevice[].rate
        linux.resources.blockIO.throttleWriteBpsDevice[].major linux.resources.blockIO.throttleWriteBpsDevice[].minor
        linux.resources.blockIO.throttleWriteBpsDevice[].rate
        linux.resources.blockIO.throttleReadIOPSDevice[].major linux.resources.blockIO.throttleReadIOPSDevice[].minor
        linux.resources.blockIO.throttleReadIOPSDevice[].rate
        linux.resources.blockIO.throttleWriteIOPSDevice[].major linux.resources.blockIO.throttleWriteIOPSDevice[].minor
        linux.resources.blockIO.throttleWriteIOPSDevice[].rate
        linux.resources.hugepageLimits[].pageSize linux.resources.hugepageLimits[].limit
        linux.resources.network.classID linux.resources.network.priorities[].name linux.resources.network.priorities[].priority
        linux.resources.rdma.*.hcaHandles linux.resources.rdma.*.hcaObjects linux.resources.unified
        linux.intelRdt.closID linux.intelRdt.l3CacheSchema linux.intelRdt.memBwSchema linux.intelRdt.schemata
        linux.intelRdt.enableMonitoring
        linux.seccomp.defaultAction linux.seccomp.defaultErrnoRet linux.seccomp.architectures linux.seccomp.flags
        linux.seccomp.listenerPath linux.seccomp.listenerMetadata linux.seccomp.syscalls[].names linux.seccomp.syscalls[].action
        linux.seccomp.syscalls[].errnoRet linux.seccomp.syscalls[].args[].index linux.seccomp.syscalls[].args[].value
        linux.seccomp.syscalls[].args[].valueTwo linux.seccomp.syscalls[].args[].op
        """;

    // Deprecated in the spec and removed from kernels; it causes a warning.
    private const string WithoutEffect = """
        linux.resources.memory.kernel
        """;

    [Fact]
    public void Empty_settings_are_accepted()
    {
        Config config = Minimal();
        config.Linux!.Resources = new()
        {
            BlockIO = new() { Weight = 0, LeafWeight = 0 },
            Network = new() { ClassID = 0 },
            Memory = new(),
            CPU = new() { Shares = 0, Quota = 0, Period = 0, RealtimeRuntime = 0, RealtimePeriod = 0 },
            Pids = new() { Limit = 0 },
        };
        Plan(config);
    }

    [Fact]
    [Requirement("runtime/create-applies")]
    public void Every_field_is_honoured()
    {
        string[] accounted = [.. Words(Honoured), .. Words(WithoutEffect)];
        string[] fields = [.. Fields(typeof(Config), "")];
        Assert.Equal([], fields.Where(field => !accounted.Any(name => Covers(name, field))));
        Assert.Equal([], accounted.Where(name => !fields.Any(field => Covers(name, field))));
        Assert.Equal(accounted.Length, accounted.Distinct().Count());
    }

    private static void Plan(Config config) =>
        Plans.Of([], config, []);

    private static Config Minimal() => new()
    {
        OciVersion = "1.2.0",
        Process = new() { Args = ["true"], Cwd = "/" },
        Root = new() { Path = "rootfs" },
        Linux = new() { Namespaces = [new() { Type = "mount" }] },
    };

    private static string[] Words(string text) => text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static bool Covers(string name, string field) =>
        field == name || (field.StartsWith(name, StringComparison.Ordinal) && field[name.Length] is '.' or '[');

    private static IEnumerable<string> Fields(Type type, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsArray && type.GetElementType() is { } element) return IsPart(element) ? Fields(element, path + "[]") : [path];
        if (typeof(IDictionary).IsAssignableFrom(type)) return IsPart(type.GetGenericArguments()[1]) ? Fields(type.GetGenericArguments()[1], path + ".*") : [path];
        if (!IsPart(type)) return [path];
        return type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .SelectMany(property => Fields(property.PropertyType, (path.Length == 0 ? "" : path + ".") + JsonNamingPolicy.CamelCase.ConvertName(property.Name)));
    }

    private static bool IsPart(Type type) => type.IsClass && type.Assembly == typeof(Config).Assembly;
}
