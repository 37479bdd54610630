// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Runcs.Conformance;

public partial class SourceHeadTests
{
    [Fact]
    public void Every_source_file_names_its_licence_at_its_head() =>
        Assert.Equal("", string.Join('\n', Repository.Sources("*.cs", "*.c", "*.h", "*.S").Where(file => !NamesLicence(file))));

    private static bool NamesLicence(string file) =>
        File.ReadLines(file).Take(2).Any(line => line.Contains("SPDX-License-Identifier: Apache-2.0", StringComparison.Ordinal));

    // Of the product LayeringTests also checks the name.
    [Fact]
    public void A_file_has_one_type() =>
        Assert.Equal("", string.Join('\n', Repository.Sources("*.cs").Where(file => OuterType().Count(File.ReadAllText(file)) > 1)));

    [GeneratedRegex(@"^(?:(?:public|internal|static|sealed|abstract|readonly|partial|unsafe|ref) )*(?:class|struct|record|interface|enum) ", RegexOptions.Multiline)]
    private static partial Regex OuterType();
}
