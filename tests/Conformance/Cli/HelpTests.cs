// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli;

namespace Runcs.Conformance.Cli;

public class HelpTests
{
    [Fact]
    public void Help_of_the_program() => Snapshot.Verify(Help.OfProgram("runcs"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Help_of_each_verb(string name) => Snapshot.Verify(Help.OfVerb("runcs", VerbTable.Find(name)!), name);

    public static TheoryData<string> Names => [.. VerbTable.Names];
}
