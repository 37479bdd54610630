// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Conformance.Plan;

/// <summary>Two fields that contradict each other: the error begins with one and names the other.</summary>
public class ContradictionTests
{
    private const string Users = """{"namespaces": [{"type": "mount"}, {"type": "user"}], "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 5}], "gidMappings": [{"containerID": 1, "hostID": 1000, "size": 5}, {"containerID": 0, "hostID": 9, "size": 1}]}""";

    [Theory]
    // Names of the UTS namespace.
    [InlineData("""{"hostname": "a"}""", "hostname: needs a uts namespace in linux.namespaces, or it would be set for the host")]
    [InlineData("""{"domainname": "a"}""", "domainname: needs a uts namespace in linux.namespaces, or it would be set for the host")]
    [InlineData("""{"hostname": "a", "linux": {"namespaces": [{"type": "mount"}, {"type": "uts"}], "sysctl": {"kernel.hostname": "b"}}}""", "linux.sysctl[\"kernel.hostname\"]: conflicts with the field hostname: use that")]
    [InlineData("""{"domainname": "a", "linux": {"namespaces": [{"type": "mount"}, {"type": "uts"}], "sysctl": {"kernel/domainname": "b"}}}""", "linux.sysctl[\"kernel/domainname\"]: conflicts with the field domainname: use that")]
    // As from Docker: in one place, or equal in both.
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}, {"type": "uts"}], "sysctl": {"kernel.domainname": "b"}}}""", "")]
    [InlineData("""{"domainname": "b", "linux": {"namespaces": [{"type": "mount"}, {"type": "uts"}], "sysctl": {"kernel.domainname": "b"}}}""", "")]
    // One kernel parameter under two names.
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}, {"type": "ipc"}], "sysctl": {"kernel.shmmax": "1", "kernel/shmmax": "2"}}}""", "linux.sysctl[\"kernel/shmmax\"]: contradicts linux.sysctl[\"kernel.shmmax\"]: both are /proc/sys/kernel/shmmax")]
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}, {"type": "ipc"}], "sysctl": {"kernel.shmmax": "1", "kernel/shmmax": "1"}}}""", "")]
    // Namespaces and settings that need them.
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "sysctl": {"kernel.shmmax": "1"}}}""", "linux.sysctl[\"kernel.shmmax\"]: is not allowed in the host's ipc namespace")]
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "sysctl": {"net.ipv4.ip_forward": "1"}}}""", "linux.sysctl[\"net.ipv4.ip_forward\"]: is not allowed in the host's network namespace")]
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "netDevices": {"eth0": {}}}}""", "linux.netDevices: needs a network namespace in linux.namespaces that is not the host's")]
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "timeOffsets": {"monotonic": {"secs": 1}}}}""", "linux.timeOffsets: needs a time namespace in linux.namespaces")]
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "uidMappings": [{"containerID": 0, "hostID": 1, "size": 1}]}}""", "linux.uidMappings: needs a user namespace in linux.namespaces")]
    // Ids that are not mapped in the user namespace.
    [InlineData("""{"mounts": [{"destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["gid=6"]}], "linux": """ + Users + "}", "mounts[0].options: \"gid=6\" is not in linux.gidMappings (destination \"/dev/pts\")")]
    [InlineData("""{"mounts": [{"destination": "/t", "type": "tmpfs", "source": "tmpfs", "options": ["uid=5", "gid=0"]}], "linux": """ + Users + "}", "mounts[0].options: \"uid=5\" is not in linux.uidMappings (destination \"/t\")")]
    [InlineData("""{"mounts": [{"destination": "/t", "type": "tmpfs", "source": "tmpfs", "options": ["uid=4", "gid=5"]}], "linux": """ + Users + "}", "")]
    // One device node, two devices.
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "devices": [{"path": "/dev/x", "type": "c", "major": 1, "minor": 3}, {"path": "/dev//x", "type": "b", "major": 1, "minor": 3}]}}""", "linux.devices[1].path: \"/dev/x\" is another device in linux.devices[0]")]
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "devices": [{"path": "/dev/x", "type": "c", "major": 1, "minor": 3}, {"path": "/dev/x", "type": "u", "major": 1, "minor": 3}]}}""", "")]
    // Limits.
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "resources": {"memory": {"limit": 300, "swap": 200}}}}""", "linux.resources.memory.swap: counts memory and swap together, so it must be at least linux.resources.memory.limit (300), got 200")]
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "resources": {"cpu": {"quota": 10, "burst": 20}}}}""", "linux.resources.cpu.burst: must not be above linux.resources.cpu.quota (10), got 20")]
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "resources": {"cpu": {"realtimeRuntime": 20, "realtimePeriod": 10}}}}""", "linux.resources.cpu.realtimeRuntime: must not be above linux.resources.cpu.realtimePeriod (10), got 20")]
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "resources": {"hugepageLimits": [{"pageSize": "2MB", "limit": 1}, {"pageSize": "2MB", "limit": 2}]}}}""", "linux.resources.hugepageLimits[1]: contradicts linux.resources.hugepageLimits[0]: both are for \"2MB\"")]
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "resources": {"hugepageLimits": [{"pageSize": "2MB", "limit": 1}, {"pageSize": "2MB", "limit": 1}]}}}""", "")]
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "resources": {"network": {"priorities": [{"name": "a", "priority": 1}, {"name": "b", "priority": 2}, {"name": "a", "priority": 2}]}}}}""", "linux.resources.network.priorities[2]: contradicts linux.resources.network.priorities[0]: both are for \"a\"")]
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "resources": {"blockIO": {"throttleWriteIOPSDevice": [{"major": 8, "minor": 0, "rate": 1}, {"major": 8, "minor": 0, "rate": 2}]}}}}""", "linux.resources.blockIO.throttleWriteIOPSDevice[1]: contradicts linux.resources.blockIO.throttleWriteIOPSDevice[0]: both are for \"8:0\"")]
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "resources": {"blockIO": {"weightDevice": [{"major": 8, "minor": 0, "weight": 11}, {"major": 8, "minor": 0, "weight": 12}]}}}}""", "linux.resources.blockIO.weightDevice[1]: contradicts linux.resources.blockIO.weightDevice[0]: both are for \"8:0\"")]
    // Seccomp.
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "listenerMetadata": "a"}}}""", "linux.seccomp.listenerMetadata: must not be set without listenerPath")]
    [InlineData("""{"linux": {"namespaces": [{"type": "mount"}], "seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1}}}""", "linux.seccomp.defaultErrnoRet: SCMP_ACT_ALLOW has no errno to return")]
    public void The_error_names_both_fields(string document, string expected)
    {
        JsonObject config = (JsonObject)JsonNode.Parse("""{"ociVersion": "1.3.0", "root": {"path": "r"}, "process": {"args": ["a"], "cwd": "/"}, "linux": {"namespaces": [{"type": "mount"}]}}""")!;
        foreach ((string name, JsonNode? value) in (JsonObject)JsonNode.Parse(document)!)
            config[name] = value?.DeepClone();
        Assert.Equal(expected, string.Join("; ", ProblemsTests.ProblemsOf(config.ToJsonString())
            .Where(problem => !problem.Contains("the host has no cgroup controller", StringComparison.Ordinal))));
    }
}
