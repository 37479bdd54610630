// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.OciSpec;
using Runcs.Plan;

namespace Runcs.Conformance.Plan;

/// <summary>
/// The configs that engines write for an ordinary container, with the peculiarities of each.
/// tests/Integration/Engines/EngineTests.cs runs the same documents.
/// </summary>
public class EngineTests
{
    [Theory]
    [InlineData("containerd")]
    [InlineData("podman")]
    [InlineData("docker")]
    public void The_whole_plan_of_an_engines_config(string engine)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, $"tests/Conformance/Plan/Engines/{engine}.json"));
        byte[] document = Encoding.UTF8.GetBytes(text);
        List<string> warnings = [];
        ContainerPlan plan = Plans.Of(document, Config.Read(document, null, out _, out DocumentFault[] misnamed), warnings);
        Assert.Empty(misnamed);
        Assert.Empty(warnings);
        Snapshot.Verify(plan.Describe(), engine);
    }
}
