#include "core/figure/drawing.hpp"
#include "core/io/atomic_file.hpp"

#include <charconv>

namespace unstuck::figure {

namespace {

/// At most two decimals, without needless zeros, whatever the locale.
std::string number(double v) {
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, v, std::chars_format::fixed, 2).ptr;
    std::string out(buffer, end);
    while (out.back() == '0') out.pop_back();
    if (out.back() == '.') out.pop_back();
    return out == "-0" ? "0" : out;
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20) out += c;
        }
    return out;
}

/// name="rgb(r,g,b)", and the opacity where it is not 1.
std::string paint(const char* name, const Colour& c) {
    auto out = std::string(" ") + name + "=\"rgb(" + std::to_string(c.r) + "," + std::to_string(c.g) + "," +
               std::to_string(c.b) + ")\"";
    if (c.alpha < 1) out += std::string(" ") + name + "-opacity=\"" + number(c.alpha) + "\"";
    return out;
}

std::string points(const std::vector<Point>& all) {
    std::string out = " points=\"";
    for (const auto& p : all) out += (&p == all.data() ? "" : " ") + number(p.x) + "," + number(p.y);
    return out + "\"";
}

std::string base64(const std::string& bytes) {
    constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
        for (std::size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63];
    }
    return out;
}

struct Writer {
    std::string out;

    void operator()(const Area& a) { out += "<polygon" + points(a.points) + paint("fill", a.colour) + "/>\n"; }
    void operator()(const Line& l) {
        out += "<polyline" + points(l.points) + paint("stroke", l.colour) + " stroke-width=\"" + number(l.width) + "\"";
        std::string dashes;
        for (const double d : dash_lengths(l.dash, l.width)) dashes += (dashes.empty() ? "" : " ") + number(d);
        if (!dashes.empty()) out += " stroke-dasharray=\"" + dashes + "\"";
        out += "/>\n";
    }
    void operator()(const Text& t) {
        constexpr const char* kAnchors[] = {"start", "middle", "end"};
        out += "<text x=\"" + number(t.at.x) + "\" y=\"" + number(t.at.y) + "\" font-size=\"" + number(t.size) + "\"" +
               paint("fill", t.colour) + " text-anchor=\"" + kAnchors[static_cast<int>(t.anchor)] + "\"";
        if (t.upright) out += " transform=\"rotate(-90 " + number(t.at.x) + " " + number(t.at.y) + ")\"";
        out += ">" + escaped(t.text) + "</text>\n";
    }
    void operator()(const Bitmap& b) {
        const auto& p = b.pixels;
        out += "<image x=\"" + number(b.at.x) + "\" y=\"" + number(b.at.y) + "\" width=\"" + number(b.width) +
               "\" height=\"" + number(b.height) +
               "\" preserveAspectRatio=\"none\" xlink:href=\"data:image/png;base64," +
               base64(io::encode_png(p.width, p.height, p.channels, p.bytes)) + "\"/>\n";
    }
};

} // namespace

std::string to_svg(const Drawing& d) {
    const auto w = number(d.width), h = number(d.height);
    Writer writer;
    writer.out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\" "
        "width=\"" +
        w + "\" height=\"" + h + "\" viewBox=\"0 0 " + w + " " + h + "\">\n" + "<rect width=\"" + w + "\" height=\"" +
        h + "\" fill=\"white\"/>\n" +
        "<g font-family=\"Roboto, Helvetica, Arial, sans-serif\" fill=\"none\" stroke-linejoin=\"round\" "
        "stroke-linecap=\"round\">\n";
    for (const auto& shape : d.shapes) std::visit(writer, shape);
    return writer.out + "</g>\n</svg>\n";
}

void write_svg(const std::string& path, const Figure& figure) { io::write_file(path, to_svg(lay_out(figure))); }

} // namespace unstuck::figure
