// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Cgroups.Systemd;
using Runcs.Native;

namespace Runcs.Conformance.Cgroups.Systemd;

/// <summary>Annotations that are properties of the unit, in GVariant's text format.</summary>
public class PropertyTextTests
{
    [Theory]
    [InlineData("true", "b true")]
    [InlineData("'text'", "s \"text\"")]
    [InlineData("\"te'xt\"", "s \"te'xt\"")]
    [InlineData(@"'a\'b\\c'", @"s ""a'b\c""")]
    [InlineData("5", "i 5")]
    [InlineData("-5", "i -5")]
    [InlineData("0x10", "i 16")]
    [InlineData("uint64 10000000", "t 10000000")]
    [InlineData("@t 18446744073709551615", "t 18446744073709551615")]
    [InlineData("int64 -9223372036854775808", "x -9223372036854775808")]
    [InlineData("byte 255", "y 255")]
    [InlineData(" uint32  7 ", "u 7")]
    [InlineData("2.5", "d 2500000e-6")]
    [InlineData("-0.25", "d -250000e-6")]
    [InlineData("double 2", "d 2000000e-6")]
    [InlineData("['a', \"b\"]", "as [\"a\" \"b\"]")]
    [InlineData("[uint32 1, 2]", "au [1 2]")]
    [InlineData("@as []", "as []")]
    [InlineData("@at [1,2]", "at [1 2]")]
    [InlineData("objectpath '/a'", "o \"/a\"")]
    public void Values(string text, string value)
    {
        BusValue parsed = PropertyText.Parse(text);
        Assert.Equal(value, $"{parsed.Signature} {parsed}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("'text")]
    [InlineData(@"'text\")]
    [InlineData("5 6")]
    [InlineData("1.2.3")]
    [InlineData(".")]
    [InlineData("double -")]
    [InlineData("2147483648")]
    [InlineData("byte 256")]
    [InlineData("uint32 -1")]
    [InlineData("uint32 'a'")]
    [InlineData("boolean 1")]
    [InlineData("[1, 'a']")]
    [InlineData("[1 2]")]
    [InlineData("[1,")]
    [InlineData("[]")]
    [InlineData("[[1]]")]
    [InlineData("{'a': 1}")]
    [InlineData("(1, 2)")]
    [InlineData("@as 'a'")]
    public void Invalid_text_is_refused(string text) => Assert.Throws<FormatException>(() => PropertyText.Parse(text));

    [Theory]
    [InlineData("TimeoutStopSec", "7", "TimeoutStopUSec=7000000")]
    [InlineData("TimeoutStopSec", "uint64 7", "TimeoutStopUSec=7000000")]
    [InlineData("TimeoutStopSec", "0.5", "TimeoutStopUSec=500000")]
    [InlineData("TimeoutStopUSec", "uint64 7", "TimeoutStopUSec=7")]
    [InlineData("CPUQuotaPerSec", "7", "CPUQuotaPerUSec=7000000")]
    [InlineData("XYSec", "7", "XYSec=7")] // no lower-case letter before it
    [InlineData("Sec", "7", "Sec=7")]
    public void Seconds_are_microseconds_on_the_bus(string name, string text, string property) =>
        Assert.Equal(property, Assert.Single(Properties(name, text), other => !_always.Contains(other.Name)).ToString());

    [Theory]
    [InlineData("Ab", "1", "name incorrect: too short")]
    [InlineData("Name0", "1", "name incorrect: contains non-alphabetic character")]
    [InlineData("Name", "abc", "value parse error: \"abc\" is no value in GVariant's text format")]
    [InlineData("TimeoutStopSec", "'7'", "value parse error: \"'7'\" is not a number")]
    [InlineData("KillSignal", "byte 300", "value parse error: \"byte 300\" is out of the range of its type, \"y\"")]
    public void An_error_names_its_annotation(string name, string text, string problem) =>
        Assert.Equal($"annotations[\"org.systemd.property.{name}\"]: {problem}", Assert.Throws<RuncsException>(() => Properties(name, text)).Message);

    private static readonly string[] _always = ["Description", "Slice", "Delegate", "MemoryAccounting", "CPUAccounting", "IOAccounting", "TasksAccounting", "DefaultDependencies"];

    private static IReadOnlyList<UnitProperty> Properties(string name, string text) => CgroupPlanner.PlanCgroups(null, null, "id", Hosts.Unified,
        systemd: new SystemdRequest(true, new Dictionary<string, string> { ["org.systemd.property." + name] = text })).Unit!.Start;
}
