// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Conformance.Cgroups;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Rootfs;

namespace Runcs.Conformance.Plan;

/// <summary>
/// What engines write for an ordinary container, with what is particular in each. tests/Integration/Engines/EngineTests.cs runs the
/// same documents.
/// </summary>
public class EngineTests
{
    [Theory]
    [InlineData("containerd")]
    [InlineData("podman")]
    [InlineData("docker")]
    public void The_whole_plan(string engine)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, $"tests/Conformance/Plan/Engines/{engine}.json"));
        byte[] document = Encoding.UTF8.GetBytes(text);
        List<string> warnings = [];
        HostFacts host = new(Hosts.Hybrid, new RootfsFacts(), Permitted: ulong.MaxValue);
        ContainerPlan plan = Planner.Plan(document, Config.Read(document), "NAME", "/bundle", host, warnings);
        Assert.Empty(warnings);
        Snapshot.Verify(plan.Describe(), engine);
    }
}
