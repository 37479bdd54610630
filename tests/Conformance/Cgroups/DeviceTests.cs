// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Cgroups.V1;
using Runcs.Cgroups.V2;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Conformance.Cgroups;

/// <summary>config-linux.md, "Allowed Device list": rules apply in the order in which they are listed.</summary>
public class DeviceTests
{
    private static readonly DeviceKind[] _kinds = [DeviceKind.Block, DeviceKind.Character];

    [Fact]
    public void Default_config_denies_all_but_the_defaults()
    {
        DeviceRule[] rules = Planned(new LinuxResources { Devices = [new() { Allow = false, Access = "rwm" }] });
        Assert.True(Allows(rules, new(DeviceKind.Character, 1, 3, DeviceAccess.Read | DeviceAccess.Write)));
        Assert.True(Allows(rules, new(DeviceKind.Character, 136, 77, DeviceAccess.All)));
        Assert.True(Allows(rules, new(DeviceKind.Block, 8, 0, DeviceAccess.Mknod)));
        Assert.False(Allows(rules, new(DeviceKind.Block, 8, 0, DeviceAccess.Read)));
        Assert.False(Allows(rules, new(DeviceKind.Block, 1, 3, DeviceAccess.Read)));
        Assert.False(Allows(rules, new(DeviceKind.Character, 1, 1, DeviceAccess.Read)));
    }

    [Fact]
    public void Without_any_rule_devices_are_denied() =>
        Assert.Equal(DevicesController.Play(Planned(null)).Exceptions.Count, DevicesController.Play(Planned(new() { Devices = [new() { Access = "rwm" }] })).Exceptions.Count);

    [Fact]
    public void Privileged_containers_have_no_program_and_no_exceptions()
    {
        DeviceRule[] rules = Planned(new LinuxResources { Devices = [new() { Allow = false, Access = "rwm" }, new() { Allow = true, Access = "rwm" }] });
        Assert.Null(DeviceProgram.Compile(rules));
        (bool allowed, List<DeviceRule> exceptions) = DevicesController.Play(rules);
        Assert.True(allowed);
        Assert.Empty(exceptions);
    }

    [Fact]
    public void Rules_that_v1_would_silently_ignore_are_refused()
    {
        LinuxDeviceCgroup[] hole = [new() { Access = "rwm" }, new() { Allow = true, Type = "c", Major = 7, Access = "rw" }, new() { Type = "c", Major = 7, Minor = 3, Access = "w" }];
        Assert.Equal("linux.resources.devices[2]: cgroup v1 cannot deny \"c 7:3 w\" out of \"c 7:* rw\" of linux.resources.devices[1]: list the devices one by one",
            Assert.Throws<RuncsException>(() => DevicesController.Play(Planned(new() { Devices = hole }))).Message);
        // v2 can express it.
        BpfInstruction[] program = DeviceProgram.Compile(Planned(new() { Devices = hole }))!;
        Assert.False(DeviceModel.Run(program, new(DeviceKind.Character, 7, 3, DeviceAccess.Write)));
        Assert.True(DeviceModel.Run(program, new(DeviceKind.Character, 7, 3, DeviceAccess.Read)));
        Assert.True(DeviceModel.Run(program, new(DeviceKind.Character, 7, 4, DeviceAccess.Write)));
    }

    [Fact]
    public void A_rule_for_all_kinds_but_not_all_devices_is_two()
    {
        (bool allowed, List<DeviceRule> exceptions) = DevicesController.Play([new(true, DeviceKind.All, null, null, DeviceAccess.Read, "x")]);
        Assert.False(allowed);
        Assert.Equal(["b *:* r", "c *:* r"], exceptions.Select(exception => exception.Line));
    }

    // Numbers from small ranges, so that random rules overlap; the large ones exercise the 32-bit comparisons.
    [Fact]
    [Requirement("config-linux/device-rules-order")]
    public void Programs_answer_as_the_rules_say()
    {
        var random = new Random(1);
        for (int round = 0; round < 3000; round++)
        {
            DeviceRule[] rules = [.. Rules(random)];
            BpfInstruction[]? program = DeviceProgram.Compile(rules);
            foreach (DeviceRequest request in Requests())
                Assert.True(DeviceModel.Allows(rules, request) == (program == null || DeviceModel.Run(program, request)), $"{request}\n{string.Join('\n', rules)}");
        }
    }

    [Fact]
    public void V1_exceptions_answer_as_the_rules_say_or_are_refused()
    {
        var random = new Random(2);
        int refused = 0;
        for (int round = 0; round < 3000; round++)
        {
            DeviceRule[] rules = [.. Rules(random)];
            bool allowed;
            List<DeviceRule> exceptions;
            try
            {
                (allowed, exceptions) = DevicesController.Play(rules);
            }
            catch (RuncsException)
            {
                refused++;
                continue;
            }
            foreach (DeviceRequest request in Requests())
            {
                bool said = DeviceModel.Allows(rules, request), done = DeviceModel.AllowsOnV1(allowed, exceptions, request);
                // Reading by one rule and writing by another that is neither wider nor narrower: the kernel checks each
                // rule separately.
                if (said && !done && System.Numerics.BitOperations.PopCount((uint)request.Access) > 1) continue;
                Assert.True(said == done, $"{request}\n{string.Join('\n', rules)}\n=>{allowed}\n{string.Join('\n', exceptions)}");
            }
        }
        Assert.InRange(refused, 1, 2000);
    }

    private static DeviceRule[] Planned(LinuxResources? resources) => DeviceRules.Plan(resources, new CgroupWrites());

    private static bool Allows(DeviceRule[] rules, DeviceRequest request)
    {
        bool answer = DeviceModel.Run(DeviceProgram.Compile(rules)!, request);
        (bool allowed, List<DeviceRule> exceptions) = DevicesController.Play(rules);
        Assert.Equal(answer, DeviceModel.AllowsOnV1(allowed, exceptions, request));
        Assert.Equal(answer, DeviceModel.Allows(rules, request));
        return answer;
    }

    private static List<DeviceRule> Rules(Random random)
    {
        uint?[] numbers = [null, 0, 1, uint.MaxValue];
        var rules = new List<DeviceRule>();
        for (int count = random.Next(8); count > 0; count--)
        {
            rules.Add(random.Next(6) == 0
                ? new(random.Next(2) == 0, DeviceKind.All, null, null, DeviceAccess.All, "total")
                : new(random.Next(2) == 0, (DeviceKind)random.Next(3), numbers[random.Next(4)], numbers[random.Next(4)], (DeviceAccess)random.Next(1, 8), "some"));
        }
        return rules;
    }

    // security/device_cgroup.c: mknod(2) requests only its own access, open(2) reading, writing or both.
    private static readonly DeviceAccess[] _requested = [DeviceAccess.Mknod, DeviceAccess.Read, DeviceAccess.Write, DeviceAccess.Read | DeviceAccess.Write];

    private static IEnumerable<DeviceRequest> Requests()
    {
        uint[] numbers = [0, 1, 2, uint.MaxValue];
        foreach (DeviceKind kind in _kinds)
            foreach (uint major in numbers)
                foreach (uint minor in numbers)
                    foreach (DeviceAccess access in _requested)
                        yield return new(kind, major, minor, access);
    }
}
