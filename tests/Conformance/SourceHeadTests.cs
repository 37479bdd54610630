// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Conformance;

public class SourceHeadTests
{
    [Fact]
    public void Every_source_file_names_its_licence_at_its_head() =>
        Assert.Equal("", string.Join('\n', Repository.Sources("*.cs", "*.c", "*.h", "*.S").Where(file => !NamesLicence(file))));

    private static bool NamesLicence(string file) =>
        File.ReadLines(file).Take(2).Any(line => line.Contains("SPDX-License-Identifier: Apache-2.0", StringComparison.Ordinal));
}
